"""Match-making events: who comes, who meets whom, when and at which table."""
