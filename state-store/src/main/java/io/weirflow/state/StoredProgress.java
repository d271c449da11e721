package io.weirflow.state;

/**
 * What a back end holds durably: the worker's progress record, and how far into the changelog its data reaches.
 *
 * @param progress the worker's record; opaque here, must not be changed
 * @param changelogNextOffset the offset of the first changelog record that the data does not contain yet; 0 or more
 */
public record StoredProgress(byte[] progress, long changelogNextOffset) {

    public StoredProgress {
        if (changelogNextOffset < 0) {
            throw new IllegalArgumentException("changelogNextOffset is negative: " + changelogNextOffset);
        }
    }
}
