package io.weirflow.benchmarks.child;

import java.nio.charset.StandardCharsets;

/** Writes flat JSON objects of numbers. Used by one thread. */
final class JsonText {

    private final StringBuilder text = new StringBuilder(256);

    /** Adds a member. */
    JsonText add(String name, long value) {
        text.append(text.length() == 0 ? '{' : ',');
        text.append('"').append(name).append("\":").append(value);
        return this;
    }

    /** Returns the object and starts the next. */
    byte[] take() {
        byte[] bytes = text.append('}').toString().getBytes(StandardCharsets.US_ASCII);
        text.setLength(0);
        return bytes;
    }
}
