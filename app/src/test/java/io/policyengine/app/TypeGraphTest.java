package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypeGraphTest {
    private static final String CALLER = "package p; class Caller { static int twice() { return 2 * Bounds.MAX; } }";

    private final Path directory;

    TypeGraphTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void seesAConstantThatTheCompilerCopies() throws IOException {
        source("Caller", CALLER);
        source("Bounds", "package p; class Bounds { static final int MAX = 7; int max = Caller.twice(); }");

        assertThat(knots()).containsExactly(Set.of("p.Bounds", "p.Caller"));
    }

    @Test
    void seesAnImportedConstantOfANestedType() throws IOException {
        source("Caller", "package p; import static p.Bounds.Of.MAX; class Caller { static int max() { return MAX; } }");
        source("Bounds", "package p; class Bounds { int max = Caller.max(); interface Of { int MAX = 7; } }");

        assertThat(knots()).containsExactly(Set.of("p.Bounds", "p.Caller"));
    }

    @Test
    void seesNoKnotWhereNothingComesBack() throws IOException {
        source("Caller", CALLER);
        source("Bounds", "package p; class Bounds { static final int MAX = 7; /* Caller.twice() */ }");

        assertThat(knots()).isEmpty();
    }

    private void source(String type, String text) throws IOException {
        Files.createDirectories(directory.resolve("p"));
        Files.writeString(directory.resolve("p").resolve(type + ".java"), text);
    }

    private Set<Set<String>> knots() throws IOException {
        int failures = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        directory.resolve("p/Caller.java").toString(),
                        directory.resolve("p/Bounds.java").toString());
        assertThat(failures).isZero();
        return new TypeGraph(new ClassFileImporter().importPath(directory), List.of(directory)).knots();
    }
}
