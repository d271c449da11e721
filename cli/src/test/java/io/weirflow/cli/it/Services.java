package io.weirflow.cli.it;

import io.weirflow.cli.Main;
import java.util.ArrayList;
import java.util.List;

/** Several commands that do not end, in one process: half the time that as many processes take to start. Arguments are theirs, with {@code --} between. */
final class Services {

    private Services() {}

    public static void main(String[] args) {
        List<String> command = new ArrayList<>();
        for (String arg : args) {
            if (arg.equals("--")) {
                start(command);
                command.clear();
            } else {
                command.add(arg);
            }
        }
        start(command);
    }

    private static void start(List<String> command) {
        String[] args = command.toArray(String[]::new);
        new Thread(() -> System.exit(Main.execute(args)), command.get(0)).start();
    }
}
