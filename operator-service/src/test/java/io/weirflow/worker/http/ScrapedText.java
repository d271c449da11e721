package io.weirflow.worker.http;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus' text format, taken apart.
 *
 * @param types by metric
 * @param labels names of labels, by metric
 * @param samples values, by metric with its labels as they are written
 */
record ScrapedText(Map<String, String> types, Map<String, Set<String>> labels, Map<String, Double> samples) {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"[^\"]*\"");

    static ScrapedText of(String text) {
        ScrapedText scraped = new ScrapedText(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        text.lines().forEach(scraped::add);
        return scraped;
    }

    private void add(String line) {
        Matcher type = TYPE.matcher(line);
        if (type.matches()) {
            types.put(type.group(1), type.group(2));
        } else if (!line.startsWith("#")) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("not a sample: " + line);
            }
            Set<String> names = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> names.add(label.group(1)));
            }
            samples.put(line.substring(0, line.lastIndexOf(' ')), number(sample.group(3)));
        }
    }

    private static double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }
}
