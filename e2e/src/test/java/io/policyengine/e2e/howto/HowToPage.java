package io.policyengine.e2e.howto;

import io.policyengine.e2e.harness.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page with blocks that can be tried. Reading fails if a how-to has a block of another kind, which no test would run.
 *
 * @param files the blocks of YAML and Rego by the files that their first lines name, such as {@code conf/routes/orders.yaml}
 * @param steps the commands of its blocks of {@code console}, in order
 */
record HowToPage(String name, int lines, Map<String, String> files, List<Step> steps) {
    private static final Path FOLDER = Installation.home().resolve("docs/how-to");
    private static final Path README = Installation.home().resolve("README.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");
    private static final Pattern INDENTED = Pattern.compile("(?m)^\n    .*$");
    private static final String FILE = "# ";
    private static final String PROMPT = "$ ";

    /**
     * A command and what it prints.
     *
     * @param output with {@code …} for any text
     */
    record Step(String command, String output) {
        /** Returns whether this is what the page says, regardless of the widths of columns. */
        boolean agreesWith(String printed) {
            String pattern = Arrays.stream(columns(output).split("…", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*"));
            return Pattern.compile(pattern, Pattern.DOTALL)
                    .matcher(columns(printed).strip())
                    .matches();
        }

        private static String columns(String text) {
            return text.replaceAll(" {2,}", "  ");
        }
    }

    /** All of docs/how-to but the index, and the README. */
    static List<HowToPage> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return Stream.concat(files.sorted(), Stream.of(README))
                    .filter(file -> !file.equals(FOLDER.resolve("README.md")))
                    .map(HowToPage::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The index of docs/how-to, which has the files that pages without them share. */
    static HowToPage index() {
        return read(FOLDER.resolve("README.md"));
    }

    private static HowToPage read(Path file) {
        try {
            String text = Files.readString(file);
            Map<String, String> files = new LinkedHashMap<>();
            List<Step> steps = new ArrayList<>();
            BLOCK.matcher(text).results().forEach(block -> {
                String content = block.group(2);
                switch (block.group(1)) {
                    case "console" -> steps.addAll(steps(content));
                    case "yaml", "rego" -> {
                        String first = content.lines().findFirst().orElse("");
                        if (!first.startsWith(FILE)) {
                            throw new IllegalStateException(file + ": a block names no file: " + first);
                        }
                        files.put(first.substring(FILE.length()), content);
                    }
                    default -> requireReadme(file, block.group());
                }
            });
            INDENTED.matcher(BLOCK.matcher(text).replaceAll(""))
                    .results()
                    .forEach(block -> requireReadme(file, block.group()));
            String name = Installation.home().relativize(file).toString();
            return new HowToPage(name, (int) text.lines().count(), files, steps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The README's first route, whose blocks start servers, has a test of its own. */
    private static void requireReadme(Path file, String block) {
        if (!file.equals(README)) {
            throw new IllegalStateException(file + ": no test runs this block: " + block);
        }
    }

    private static List<Step> steps(String block) {
        List<Step> steps = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        StringBuilder output = new StringBuilder();
        boolean isContinued = false;
        for (String line : block.split("\n", -1)) {
            if (isContinued || line.startsWith(PROMPT)) {
                if (!isContinued && !command.isEmpty()) {
                    steps.add(new Step(command.toString(), output.toString().strip()));
                    command.setLength(0);
                    output.setLength(0);
                }
                command.append(isContinued ? "\n" + line : line.substring(PROMPT.length()));
                isContinued = line.endsWith("\\");
            } else {
                output.append(line).append('\n');
            }
        }
        steps.add(new Step(command.toString(), output.toString().strip()));
        return steps;
    }

    /** The files of its conf directory, by their paths in it. */
    Map<String, String> conf() {
        Map<String, String> conf = new LinkedHashMap<>();
        files.forEach((file, text) -> {
            if (file.startsWith("conf/")) {
                conf.put(file.substring("conf/".length()), text);
            }
        });
        return conf;
    }

    /** Returns whether the page has its own settings of the kernel, and starts its own processes with them. */
    boolean isApart() {
        return files.containsKey("conf/kernel.yaml");
    }

    @Override
    public String toString() {
        return name;
    }
}
