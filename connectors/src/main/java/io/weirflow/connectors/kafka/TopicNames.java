package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.Options;
import java.util.List;

/** What may be the name of a topic. */
final class TopicNames {

    private TopicNames() {}

    static List<OptionProblem> check(Options options) {
        String topic = options.optionalText("topic").orElse("");
        boolean good = topic.matches("[A-Za-z0-9._-]{1,249}") && !topic.equals(".") && !topic.equals("..");
        return good
                ? List.of()
                : List.of(new OptionProblem("topic", "must be 1 to 249 letters, digits, dots, dashes or underscores"));
    }
}
