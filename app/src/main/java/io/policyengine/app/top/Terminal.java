package io.policyengine.app.top;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal whose screen is redrawn in place. Uses POSIX {@code stty} to read keys one by one, without echo. Closing
 * restores the terminal's settings.
 */
final class Terminal implements AutoCloseable {
    private static final String ESCAPE = "\u001b[";
    /** Switches to the alternate screen and hides the cursor. */
    private static final String BEGIN = ESCAPE + "?1049h" + ESCAPE + "?25l";

    private static final String END = ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final int STTY_SECONDS = 5;

    private final PrintWriter out;
    private final InputStream keys;
    private final String settings;
    private final boolean hasColours;
    private final Thread atExit = new Thread(this::restore, "terminal");
    private final AtomicBoolean isRestored = new AtomicBoolean();

    private Terminal(PrintWriter out, InputStream keys, String settings, boolean hasColours) {
        this.out = out;
        this.keys = keys;
        this.settings = settings;
        this.hasColours = hasColours;
    }

    record Size(int columns, int lines) {}

    /** Opens the terminal, or returns empty if input or output is not a terminal. */
    @SuppressWarnings("SystemConsoleNull") // its type says that it may be null
    static Optional<Terminal> open(PrintWriter out, InputStream keys, boolean hasColours) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return Optional.empty();
        }
        Optional<String> settings = stty("-g");
        if (settings.isEmpty()
                || stty("-icanon", "-echo", "min", "0", "time", "0").isEmpty()) {
            return Optional.empty();
        }
        Terminal terminal = new Terminal(out, keys, settings.get().strip(), hasColours);
        Runtime.getRuntime().addShutdownHook(terminal.atExit);
        out.print(BEGIN);
        out.flush();
        return Optional.of(terminal);
    }

    /** Runs stty and returns its output, or empty if the command fails. */
    private static Optional<String> stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            Process stty = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && stty.exitValue() == 0
                    ? Optional.of(said)
                    : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    Size size() {
        String[] said = stty("size").orElse("").strip().split(" ", -1);
        try {
            int lines = Integer.parseInt(said[0]);
            int columns = Integer.parseInt(said[said.length - 1]);
            if (lines > 0 && columns > 0) {
                return new Size(columns, lines);
            }
        } catch (NumberFormatException unknown) {
            // The terminal does not know its size.
        }
        return new Size(80, 24);
    }

    void draw(List<Screen.Line> lines) {
        StringBuilder drawn = new StringBuilder(ESCAPE).append('H');
        for (int i = 0; i < lines.size(); i++) {
            drawn.append(i == 0 ? "" : "\n")
                    .append(styled(lines.get(i)))
                    .append(ESCAPE)
                    .append('K');
        }
        out.print(drawn.append(ESCAPE).append('J'));
        out.flush();
    }

    private String styled(Screen.Line line) {
        String style = switch (line.style()) {
            case PLAIN -> "";
            case HEAD -> "1";
            case WARNING -> hasColours ? "33" : "1";
            case ALARM -> hasColours ? "1;31" : "7";
        };
        return style.isEmpty() ? line.text() : ESCAPE + style + "m" + line.text() + ESCAPE + "0m";
    }

    int key() {
        try {
            return keys.available() > 0 ? keys.read() : -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restore() {
        if (isRestored.compareAndSet(false, true)) {
            out.print(END);
            out.flush();
            stty(settings);
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException isEnding) {
            // The shutdown hook is already running and restores the terminal.
        }
    }
}
