"""A company answers an opportunity; the department decides."""
