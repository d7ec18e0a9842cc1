package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs scripts/new-policy on a copy of the two files that it changes. */
final class NewPolicyScriptTest {
    private static final Path HOME = Path.of("..");
    private static final Path LIST = Path.of("policies/src/main/java/io/policyengine/policies/StandardPolicies.java");
    private static final Path INDEX = Path.of("docs/policies/README.md");
    private static final Path CODE = Path.of("policies/src/main/java/io/policyengine/policies/");

    @TempDir
    Path root;

    @BeforeEach
    void copy() throws IOException {
        for (Path file : List.of(LIST, INDEX)) {
            Path copy = root.resolve(file);
            Files.createDirectories(copy.resolveSibling("."));
            Files.copy(HOME.resolve(file), copy);
        }
    }

    private record Ended(int code, String output) {}

    private Ended newPolicy(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder script =
                new ProcessBuilder(HOME.resolve("scripts/new-policy").toString());
        script.command().addAll(List.of(arguments));
        script.environment().put("POLICY_ENGINE_ROOT", root.toString());
        Process process = script.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                files.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    private static List<String> linesWith(String part, String text) {
        return text.lines().filter(line -> line.contains(part)).toList();
    }

    @Test
    void makesAPolicyAndListsIt() throws Exception {
        Map<String, String> before = files();

        Ended ended = newPolicy("access", "anExample");

        assertThat(ended.code()).as(ended.output()).isZero();
        Map<String, String> after = files();
        assertThat(after.keySet())
                .containsExactlyInAnyOrder(
                        LIST.toString(),
                        INDEX.toString(),
                        CODE.resolve("access/anexample/AnExampleParams.java").toString(),
                        CODE.resolve("access/anexample/AnExamplePolicy.java").toString(),
                        CODE.resolve("access/anexample/AnExampleFactory.java").toString(),
                        CODE.resolve("access/anexample/package-info.java").toString(),
                        "policies/src/test/resources/cases/anExample/anExample.yaml",
                        "docs/policies/anExample.md",
                        "conf/examples/anExample.yaml");
        for (Path changed : List.of(LIST, INDEX)) {
            assertThat(linesWith("", after.getOrDefault(changed.toString(), "")))
                    .as(changed.toString())
                    .containsAll(linesWith("", before.getOrDefault(changed.toString(), "")))
                    .hasSize(linesWith("", before.getOrDefault(changed.toString(), ""))
                                    .size()
                            + (changed.equals(LIST) ? 2 : 1));
        }
    }

    @Test
    void keepsListAndTableInOrder() throws Exception {
        for (String name : List.of("zzExample", "aaExample2", "aaExample")) {
            assertThat(newPolicy("traffic", name).code()).isZero();
        }

        String list = Files.readString(root.resolve(LIST));
        assertThat(linesWith("import io.policyengine.policies.", list)).isSorted();
        List<String> listed = list.lines()
                .filter(line -> line.strip().startsWith("new "))
                .map(line -> line.strip().replaceAll("new |Factory\\(\\).*", ""))
                .toList();
        String index = Files.readString(root.resolve(INDEX));
        List<String> rows = index.lines()
                .filter(line -> line.startsWith("| [`"))
                .map(line -> line.split("`", -1)[1])
                .map(name -> name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))
                .toList();
        assertThat(rows).isEqualTo(listed);
        List<String> traffic = index.substring(index.indexOf("\n## Traffic"), index.indexOf("\n## Message"))
                .lines()
                .filter(line -> line.startsWith("| [`"))
                .map(line -> line.split("`", -1)[1])
                .toList();
        assertThat(traffic).isSorted().startsWith("aaExample", "aaExample2").endsWith("zzExample");
    }

    @Test
    void makesCodeThatCompiles() throws Exception {
        newPolicy("access", "anExample");

        StringWriter output = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        List<String> sources = files().keySet().stream()
                .filter(file -> file.contains("/anexample/"))
                .map(file -> root.resolve(file).toString())
                .toList();
        List<String> options = List.of(
                "-proc:none", "-d", root.resolve("classes").toString(), "-cp", System.getProperty("java.class.path"));
        boolean compiled = compiler.getTask(
                        output,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjectsFromStrings(sources))
                .call();

        assertThat(compiled).as(output.toString()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "AnExample, not a policy name",
        "an-example, not a policy name",
        "2fa, not a policy name",
        "'', not a policy name",
        "../evil, not a policy name",
        "switch, cannot be a package",
        "aNameThatNobodyWantsToTypeTwice, characters",
    })
    void refusesANameThatWillNotDo(String name, String says) throws Exception {
        Map<String, String> before = files();

        Ended ended = newPolicy("traffic", name);

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.output()).contains(says);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void refusesAFamilyThatIsNone() throws Exception {
        Ended ended = newPolicy("format", "anExample");

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.output()).contains("not a family of policies: 'format'", "authentication");
    }

    @Test
    void refusesAPolicyThatIsThereAlready() throws Exception {
        newPolicy("access", "anExample");
        Map<String, String> before = files();

        Ended same = newPolicy("access", "anExample");
        Ended samePackage = newPolicy("access", "anexample");

        assertThat(List.of(same.code(), samePackage.code())).containsOnly(1);
        assertThat(same.output()).contains("policies/access/anexample is there already");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void refusesAFolderThatIsNoClone() throws Exception {
        Files.delete(root.resolve(INDEX));

        Ended ended = newPolicy("access", "anExample");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).contains("docs/policies/README.md is missing");
    }
}
