package io.weirflow.language.check;

import io.weirflow.api.connector.Options;
import io.weirflow.api.definition.Place;
import java.util.Map;

/**
 * Options that fit their declarations.
 *
 * @param options with defaults filled in, in the order of the declarations
 * @param given places of those that were written
 * @param whole the place of all of them
 * @param sound whether none was wrong
 */
record CheckedOptions(Options options, Map<String, Place> given, Place whole, boolean sound) {

    Place place(String option) {
        return given.getOrDefault(option, whole);
    }
}
