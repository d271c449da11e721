package io.weirflow.connectors.kafka;

import io.weirflow.api.KafkaAccess;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The fetchers that the readers of a process share: at most so many for each cluster, made with its first readers and ended with its last. Safe for
 * use by several threads.
 */
final class KafkaFetchers {

    private final Clients clients;
    private final int maxShared;
    private final List<Member> members = new ArrayList<>();
    private final Set<Place> apart = new HashSet<>();
    private int made;

    /** Makes consumers. */
    @FunctionalInterface
    interface Clients {
        /** @param number that no other client of this process has */
        Consumer<Void, ByteBuffer> consumer(KafkaAccess kafka, int number);
    }

    private record Place(KafkaAccess kafka, TopicPartition partition) {}

    private record Member(KafkaAccess kafka, boolean shared, KafkaFetcher fetcher, Map<TopicPartition, Lane> lanes) {}

    /** @param maxShared fetchers that the readers of one cluster share, 1 or more */
    KafkaFetchers(Clients clients, int maxShared) {
        this.clients = clients;
        this.maxShared = maxShared;
    }

    /** Begins to fetch for a lane; the fetcher does so until {@link #detach}. */
    synchronized KafkaFetcher attach(KafkaAccess kafka, Lane lane) {
        Member member = memberFor(new Place(kafka, lane.partition()));
        member.lanes().put(lane.partition(), lane);
        member.fetcher().add(lane);
        return member.fetcher();
    }

    /** A consumer reads a partition once, so a second reader of it needs another one. */
    private Member memberFor(Place place) {
        if (apart.contains(place)) {
            return make(place.kafka(), false);
        }
        List<Member> shared = members.stream()
                .filter(member -> member.shared() && member.kafka().equals(place.kafka()))
                .toList();
        return shared.size() < maxShared
                ? make(place.kafka(), true)
                : shared.stream()
                        .filter(member -> !member.lanes().containsKey(place.partition()))
                        .min(Comparator.comparingInt(member -> member.lanes().size()))
                        .orElseGet(() -> make(place.kafka(), true));
    }

    private Member make(KafkaAccess kafka, boolean shared) {
        made++;
        KafkaFetcher fetcher = new KafkaFetcher(kafka, made, clients.consumer(kafka, made), this);
        Member member = new Member(kafka, shared, fetcher, new HashMap<>());
        members.add(member);
        fetcher.start();
        return member;
    }

    /** Ends to fetch for a lane; a fetcher without lanes ends. */
    synchronized void detach(KafkaFetcher fetcher, Lane lane) {
        for (Iterator<Member> all = members.iterator(); all.hasNext(); ) {
            Member member = all.next();
            if (member.fetcher() == fetcher && member.lanes().remove(lane.partition(), lane)) {
                fetcher.remove(lane);
                if (member.lanes().isEmpty()) {
                    all.remove();
                    fetcher.close();
                }
            }
        }
    }

    /** From now on these partitions get a consumer each: something is wrong with one of them, and Kafka does not say which. */
    synchronized void apart(KafkaAccess kafka, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> apart.add(new Place(kafka, partition)));
    }

    /** A fetcher has ended by itself. Returns the lanes that it leaves. */
    synchronized List<Lane> gone(KafkaFetcher fetcher) {
        List<Lane> left = new ArrayList<>();
        for (Iterator<Member> all = members.iterator(); all.hasNext(); ) {
            Member member = all.next();
            if (member.fetcher() == fetcher) {
                all.remove();
                left.addAll(member.lanes().values());
            }
        }
        return left;
    }

    /** Returns how many fetchers run. */
    synchronized int size() {
        return members.size();
    }
}
