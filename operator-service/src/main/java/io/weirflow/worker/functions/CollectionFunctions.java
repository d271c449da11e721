package io.weirflow.worker.functions;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions of ARRAY and MAP. Elements are boxed. */
public final class CollectionFunctions {

    private CollectionFunctions() {}

    public static @Nullable Object item(List<?> list, int index) {
        return index < 1 || index > list.size() ? null : list.get(index - 1);
    }

    public static @Nullable Object item(Map<?, ?> map, String key) {
        return map.get(key);
    }

    public static int cardinality(List<?> list) {
        return list.size();
    }

    public static int cardinality(Map<?, ?> map) {
        return map.size();
    }

    /** Returns the elements as a list, which takes over the array. A NULL is an element. */
    public static List<@Nullable Object> arrayOf(@Nullable Object[] elements) {
        return Collections.unmodifiableList(Arrays.asList(elements));
    }

    public static boolean arrayContains(List<?> list, Object value) {
        for (Object element : list) {
            if (Comparisons.equal(element, value)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a sorted array has the value. */
    public static boolean contains(long[] sorted, long value) {
        return Arrays.binarySearch(sorted, value) >= 0;
    }
}
