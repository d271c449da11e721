package io.weirflow.testkit.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an alert without delays has to say: it fires with the first reading over the limit and resolves with the first that is not, sensor by
 * sensor. Readings of a sensor are given in their order.
 */
public final class AlertModel {

    private final long limit;
    private final Map<Long, Long> firing = new HashMap<>();
    private final List<Alert> alerts = new ArrayList<>();

    /** Whether an alert begins or ends. */
    public enum State {
        FIRING,
        RESOLVED
    }

    /**
     * A change of a sensor's alert. No two are equal.
     *
     * @param reading the number of the reading that made it fire; of a RESOLVED one, that of the last over the limit
     */
    public record Alert(long sensor, State state, long reading) {}

    /** @param limit that readings must be over */
    public AlertModel(long limit) {
        this.limit = limit;
    }

    /**
     * Takes a reading.
     *
     * @param number different from all others of this sensor
     * @return the alert that follows from it, if one does
     */
    public Optional<Alert> reading(long sensor, long number, long value) {
        Long last = firing.get(sensor);
        if (value > limit) {
            firing.put(sensor, number);
            return last == null ? change(new Alert(sensor, State.FIRING, number)) : Optional.empty();
        }
        firing.remove(sensor);
        return last == null ? Optional.empty() : change(new Alert(sensor, State.RESOLVED, last));
    }

    private Optional<Alert> change(Alert alert) {
        alerts.add(alert);
        return Optional.of(alert);
    }

    /** Returns all alerts; those of one sensor are in their order. */
    public List<Alert> alerts() {
        return List.copyOf(alerts);
    }
}
