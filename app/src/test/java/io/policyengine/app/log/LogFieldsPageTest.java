package io.policyengine.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.log.LogFields;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/log-fields.md true to the lines of the code; {@code -Dgolden.update=true} rewrites it. */
class LogFieldsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/log-fields.md");
    private static final List<String> MODULES =
            List.of("core", "kernel-verticle", "kernel-admin", "worker-verticle", "worker-protocol", "policies", "app");
    private static final Pattern KEY = Pattern.compile("addKeyValue\\(\\s*([^,]+),");
    private static final Pattern CONSTANT = Pattern.compile("LogFields\\.([A-Z_]+)");

    @Test
    void thePageShowsAllFields() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void eachConstantIsCalledLikeItsKey() {
        assertThat(fields())
                .allSatisfy(field ->
                        assertThat(field.getName().toLowerCase(Locale.ROOT)).isEqualTo(key(field)));
    }

    @Test
    void noLineHasAFieldThatIsNotListed() throws IOException {
        assertThat(keysOfLines())
                .as("keys of log lines that are no constant of LogFields")
                .isNotEmpty()
                .allMatch(key -> CONSTANT.matcher(key).matches());
    }

    @Test
    void noFieldIsListedThatNoLineHas() throws IOException {
        Set<String> used = keysOfLines().stream()
                .map(key -> CONSTANT.matcher(key).replaceFirst("$1"))
                .collect(Collectors.toSet());

        assertThat(fields().map(Field::getName).filter(name -> !used.contains(name)))
                .isEmpty();
    }

    /** The first argument of each call of {@code addKeyValue} in the main code of all modules. */
    private static List<String> keysOfLines() throws IOException {
        StringBuilder code = new StringBuilder();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file :
                        files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    code.append(Files.readString(file));
                }
            }
        }
        return KEY.matcher(code).results().map(found -> found.group(1)).toList();
    }

    private static Stream<Field> fields() {
        return Arrays.stream(LogFields.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(LogFields.Field.class));
    }

    private static String key(Field field) {
        try {
            return (String) Objects.requireNonNull(field.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String page() {
        return """
                # Log fields

                Generated from `LogFields.java`. Kernel and worker write their logs to stdout. Each line is one JSON object. No line
                contains a credential, a body, or the path of a request that the kernel refused.

                ## In every line

                | field | value |
                |---|---|
                | `timestamp` | Time of the line: UTC, ISO 8601, with milliseconds. |
                | `level` | `TRACE`, `DEBUG`, `INFO`, `WARN` or `ERROR`. |
                | `component` | Part of the engine that wrote the line: `kernel`, `worker`, `audit`, `access` or `process`. \
                `audit` is for changes by the [management API](../management-api.md), and `access` for the \
                [access log](../access-log.md). `process` is for everything else, including libraries. Kernel and worker have \
                their own component even in one process. |
                | `message` | Text of the line. All lines of a kind have the same text, apart from names and numbers in it. |
                | `stack_trace` | Stack trace. Only lines about unexpected failures have it. |

                ## In some lines

                The column *lines* names messages by their beginning, and other lines by their subject. *Audit log* stands for all
                lines with the component `audit`.

                | field | value | lines |
                |---|---|---|
                %s
                ## In `metadata`

                The following are fields of the object `metadata`. A line has this object only if it has at least one of the fields.

                | field | value | lines |
                |---|---|---|
                %s""".formatted(table(LogFields.TOP_LEVEL::contains), table(key -> !LogFields.TOP_LEVEL.contains(key)));
    }

    private static String table(Predicate<String> wanted) {
        return fields().filter(field -> wanted.test(key(field)))
                .map(LogFieldsPageTest::row)
                .collect(Collectors.joining());
    }

    private static String row(Field field) {
        LogFields.Field doc = Objects.requireNonNull(field.getAnnotation(LogFields.Field.class));
        return "| `" + key(field) + "` | " + doc.value() + " | " + doc.lines() + " |\n";
    }
}
