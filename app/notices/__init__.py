"""Public notices (公示) on the board: how long they must hang, who objects, what is answered."""
