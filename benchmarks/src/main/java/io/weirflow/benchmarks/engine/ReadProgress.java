package io.weirflow.benchmarks.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the broker says about how far topics have been read. Safe for several threads. */
public final class ReadProgress {

    private record Point(long epochMs, long bytes) {}

    /** What readers of one topic have got. */
    private static final class Topic {
        private final List<Point> points = new ArrayList<>();
        private long bytes;
        private long bytesBefore;
    }

    private final Map<String, Topic> topics = new HashMap<>();

    /** Takes a line of the broker; others than {@code read …} are passed over. */
    synchronized void accept(String line) {
        String[] words = line.split(" ", -1);
        if (words.length == 4 && words[0].equals("read")) {
            Topic topic = topic(words[2]);
            long bytes = Long.parseLong(words[3]);
            if (bytes < topic.bytes) {
                // It was removed and made again, and the broker has begun to count anew.
                topic.points.clear();
                topic.bytesBefore = 0;
            }
            topic.bytes = bytes;
            topic.points.add(new Point(Long.parseLong(words[1]), topic.bytes));
        }
    }

    private Topic topic(String name) {
        return topics.computeIfAbsent(name, absent -> new Topic());
    }

    /** Forgets the past of a topic, so that its next reader is seen alone. */
    public synchronized void restart(String name) {
        Topic topic = topic(name);
        topic.points.clear();
        topic.bytesBefore = topic.bytes;
    }

    /**
     * Returns when this share of all that was read since {@link #restart} had been read; the share 0 stands for the first record.
     *
     * @return milliseconds since the epoch; 0 when nothing was read
     */
    public synchronized long reachedMs(String name, double share) {
        Topic topic = topic(name);
        double wanted = topic.bytesBefore + share * (topic.bytes - topic.bytesBefore);
        for (Point point : topic.points) {
            if (point.bytes() > topic.bytesBefore && point.bytes() >= wanted) {
                return point.epochMs();
            }
        }
        return 0;
    }
}
