package io.policyengine.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The engine with one deliberate fault: a piece of a source file is replaced by another, the file is compiled again,
 * and the simulation runs on classes of its own.
 *
 * @param file below the project's directory
 * @param original occurs once in it
 */
record Mutant(String file, String original, String replacement) {

    /**
     * Runs seeds on the mutated engine, until one violates the invariant; its violations, empty if none does.
     *
     * @param seeds the number of them: from 1 on
     * @param first that with which it begins, and goes on to the last and then from 1
     */
    List<String> firstViolations(Path directory, int seeds, int first) throws Exception {
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Path sockets = Files.createDirectory(directory.resolve("sockets"));
        compile(directory, classes);
        ClassLoader loader = new OwnClasses(classes);
        var constructor = loader.loadClass(SeedRunner.class.getName()).getDeclaredConstructor(Path.class);
        constructor.setAccessible(true);
        Object runner = constructor.newInstance(sockets);
        try (AutoCloseable _ = (AutoCloseable) runner) {
            @SuppressWarnings("unchecked")
            LongFunction<List<String>> run = (LongFunction<List<String>>) runner;
            for (int i = 0; i < seeds; i++) {
                long seed = 1L + (first - 1 + i) % seeds;
                List<String> violations = run.apply(seed);
                if (!violations.isEmpty()) {
                    return violations.stream().map(new Located(seed)::of).toList();
                }
            }
            return List.of();
        }
    }

    private record Located(long seed) {
        String of(String violation) {
            return "seed " + seed + ", " + violation;
        }
    }

    private void compile(Path directory, Path classes) throws IOException {
        Path source = Path.of("..", file);
        String text = Files.readString(source);
        assertThat(text.split(java.util.regex.Pattern.quote(original), -1))
                .as("%s holds this once: %s", file, original)
                .hasSize(2);
        Path mutated = Files.writeString(directory.resolve(source.getFileName()), text.replace(original, replacement));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(mutated))
                    .call();
            assertThat(compiled).as("the mutant of %s compiles", file).isTrue();
        }
    }

    /** The engine's classes again, the mutated ones among them; libraries are shared. */
    private static final class OwnClasses extends ClassLoader {
        private final Path mutated;

        OwnClasses(Path mutated) {
            super(Mutant.class.getClassLoader());
            this.mutated = mutated;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.policyengine.") || name.startsWith("io.policyengine.proto.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream bytes = open(file)) {
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] read = bytes.readAllBytes();
                return defineClass(name, read, 0, read.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }

        private @Nullable InputStream open(String file) throws IOException {
            Path own = mutated.resolve(file);
            return Files.exists(own) ? Files.newInputStream(own) : getParent().getResourceAsStream(file);
        }
    }
}
