package io.policyengine.app.top;

import io.policyengine.app.admin.AdminClient;
import io.policyengine.app.admin.AdminOptions;
import io.policyengine.app.admin.Printable;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a running engine live in a terminal. Without a terminal, it prints one sample. */
@Command(
        name = "top",
        description =
                "Shows a running engine live: problems, workers, policies and the busiest routes. Press q to quit.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:the engine does not answer, or refuses", "2:wrong usage"})
public final class Top implements Callable<Integer> {
    /** Maximum value of the option {@code --interval} of {@code top}, in seconds. */
    private static final int MAX_INTERVAL = 3600;

    /** Maximum number of routes in a printed sample, and in the first sample of a live view. */
    private static final int ROUTES = 20;

    private static final List<String> ORDERS = List.of("traffic", "failed", "denied");
    private static final int WIDTH = 120;
    private static final long LOOK_FOR_KEYS_MS = 50;

    private final PrintWriter out;
    private final InputStream keys;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Time between two samples, whose difference is shown (default: ${DEFAULT-VALUE}).")
    private int interval = 2;

    @Option(names = "--once", description = "Take two samples, print their difference, and exit.")
    private boolean once;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            description = "Order of the routes: most traffic, failed or denied first (default: ${DEFAULT-VALUE}).")
    private String sort = "traffic";

    /** Creates the command with its output and the source of pressed keys. */
    public Top(PrintWriter out, InputStream keys) {
        this.out = out;
        this.keys = keys;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (interval < 1 || interval > MAX_INTERVAL) {
            throw CommandFailure.usage("--interval takes 1 to " + MAX_INTERVAL + " seconds");
        }
        if (!ORDERS.contains(sort)) {
            throw CommandFailure.usage("--sort takes " + String.join(", ", ORDERS));
        }
        try (AdminClient client = admin.connectBlocking()) {
            Optional<Terminal> terminal =
                    once ? Optional.empty() : Terminal.open(out, keys, System.getenv("NO_COLOR") == null);
            if (terminal.isPresent()) {
                try (Terminal screen = terminal.get()) {
                    showBlocking(client, screen);
                }
            } else {
                printBlocking(client);
            }
        }
        return 0;
    }

    private void printBlocking(AdminClient client) throws InterruptedException {
        Look before = look(client, ROUTES);
        TimeUnit.SECONDS.sleep(interval);
        screen(client, WIDTH, Integer.MAX_VALUE)
                .of(before, look(client, ROUTES))
                .forEach(line -> out.println(line.text()));
    }

    private Look look(AdminClient client, int routes) {
        return Look.takeBlocking(client, sort, routes);
    }

    private static Screen screen(AdminClient client, int width, int height) {
        return new Screen(client.name(), clock(InstantSource.system().instant()), width, height);
    }

    /** Returns a time as the screen shows it: ISO 8601 in UTC, in whole seconds. */
    static String clock(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Redraws the screen until q is pressed, which also works while the engine does not answer. */
    private void showBlocking(AdminClient client, Terminal terminal) throws InterruptedException {
        Look before = look(client, ROUTES);
        terminal.draw(List.of(new Screen.Line(
                Screen.Style.PLAIN,
                "connecting to " + Printable.of(client.name()) + ": the first figures appear after " + interval
                        + " s")));
        while (waitBlocking(terminal)) {
            Terminal.Size size = terminal.size();
            try {
                Look now = look(client, Math.min(200, size.lines()));
                terminal.draw(screen(client, size.columns(), size.lines()).of(before, now));
                before = now;
            } catch (CommandFailure unanswered) {
                terminal.draw(List.of(new Screen.Line(
                        Screen.Style.ALARM,
                        Printable.fitted(String.valueOf(unanswered.getMessage()), size.columns())
                                .stripTrailing())));
            }
        }
    }

    /** Waits for one interval. Returns false if q or Ctrl-D was pressed. */
    private boolean waitBlocking(Terminal terminal) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(interval);
        while (System.nanoTime() - end < 0) {
            int key = terminal.key();
            if (key == 'q' || key == 'Q' || key == 4) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_FOR_KEYS_MS);
        }
        return true;
    }
}
