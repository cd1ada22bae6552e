"""The market as a whole, in plain arithmetic: who meets whom, when, together with whom, and who is seen."""
