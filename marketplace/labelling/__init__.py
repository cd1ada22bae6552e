"""People grade pairs, blind and twice: campaigns, agreement, adjudication, export."""
