"""The matching engine: ranks demand documents against supply documents, both ways, with reasons. It knows no
marketplace noun and could serve another market tomorrow."""
