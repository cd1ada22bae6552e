"""Who is seen in the match lists, and the policy that evens it out."""
