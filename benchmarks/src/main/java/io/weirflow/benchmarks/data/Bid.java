package io.weirflow.benchmarks.data;

/**
 * A bid, as in NEXMark.
 *
 * @param number its place in the data, from 0
 * @param auction what is bid for
 * @param bidder who bids
 * @param price in cents
 * @param channel where it came from
 * @param timeMs event time, in milliseconds since the epoch
 */
public record Bid(long number, long auction, long bidder, long price, String channel, long timeMs) {}
