"""The reward store (积分超市): catalogue, reserving, handing over at the counter."""
