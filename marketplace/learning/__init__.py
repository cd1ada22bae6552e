"""The ranker learns from what people did: training pairs, trainings, versions of its weights."""
