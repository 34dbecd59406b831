"""Text made of lines: paragraphs, translation without a picture, documents joined."""
