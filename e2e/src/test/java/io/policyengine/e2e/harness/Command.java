package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * A command of the jar under test that ends by itself and touches nothing of its process: run in this JVM by a class loader that knows
 * the jar alone. As a process it takes a second of a processor to begin. What serves, or is about processes, is an {@link OsProcess}.
 *
 * @param output what it has printed and complained of
 * @param printed what it has printed
 */
public record Command(int exitCode, String output, String printed) {
    private static final ClassLoader JAR = loader();
    private static final Method RUN = method();

    /** Runs it and waits for its end. */
    public static synchronized Command run(String... arguments) {
        StringWriter said = new StringWriter();
        StringWriter result = new StringWriter();
        PrintWriter complaints = new PrintWriter(said, true);
        PrintWriter printer = new PrintWriter(new Both(result, said));
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(JAR);
        try {
            int exitCode = (int) RUN.invoke(null, printer, complaints, arguments);
            printer.flush();
            complaints.flush();
            return new Command(exitCode, said.toString(), result.toString());
        } catch (ReflectiveOperationException broken) {
            throw new LinkageError(String.join(" ", arguments), broken);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private static ClassLoader loader() {
        try {
            return new URLClassLoader(
                    new URL[] {Installation.jar().toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Method method() {
        try {
            Method run = JAR.loadClass("io.policyengine.app.Main")
                    .getDeclaredMethod("run", PrintWriter.class, PrintWriter.class, String[].class);
            run.setAccessible(true);
            return run;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the jar has no commands", e);
        }
    }

    /** Writes to two. */
    private static final class Both extends Writer {
        private final Writer one;
        private final Writer other;

        Both(Writer one, Writer other) {
            this.one = one;
            this.other = other;
        }

        @Override
        public void write(char[] characters, int from, int length) throws IOException {
            one.write(characters, from, length);
            other.write(characters, from, length);
        }

        @Override
        public void flush() throws IOException {
            one.flush();
            other.flush();
        }

        @Override
        public void close() throws IOException {
            one.close();
            other.close();
        }
    }
}
