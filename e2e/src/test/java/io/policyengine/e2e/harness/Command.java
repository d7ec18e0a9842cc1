package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * A command of the jar under test that ends by itself and touches nothing of its process: run in this JVM by a class loader that knows
 * the jar alone. As a process it takes a second of a processor to begin. What serves, or is about processes, is an {@link OsProcess}.
 *
 * @param output what it has printed and complained of
 */
public record Command(int exitCode, String output) {
    private static final ClassLoader JAR = loader();
    private static final Method RUN = method();

    /** Runs it and waits for its end. */
    public static synchronized Command run(String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(JAR);
        try {
            int exitCode = (int) RUN.invoke(null, printer, printer, arguments);
            printer.flush();
            return new Command(exitCode, said.toString());
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
}
