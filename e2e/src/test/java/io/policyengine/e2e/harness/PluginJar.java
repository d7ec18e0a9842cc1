package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A jar of somebody else's with one policy, compiled against the engine's. */
public final class PluginJar {
    private static final String FACTORY = "com.example.plugin.Factory";
    private static final String SERVICES = "META-INF/services/io.policyengine.core.policy.PolicyFactory";

    private PluginJar() {}

    /**
     * Makes one.
     *
     * @param name of the policy
     * @param body of its function on requests, whose context is {@code context}
     */
    public static Path of(Path jar, String name, String body) {
        return ofSource(jar, source(name, body));
    }

    /**
     * Makes one of this source.
     *
     * @param source of the class {@code com.example.plugin.Factory}
     */
    public static Path ofSource(Path jar, String source) {
        try {
            Path work = Files.createDirectories(jar.resolveSibling(jar.getFileName() + ".classes"));
            compile(Files.writeString(work.resolve("Factory.java"), source), work);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(work)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    entry(out, work.relativize(file).toString(), Files.readAllBytes(file));
                }
                entry(out, SERVICES, FACTORY.getBytes(StandardCharsets.UTF_8));
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(Path source, Path output) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-cp", Installation.jar().toString(), "-d", output.toString());
            if (!compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(source))
                    .call()) {
                throw new AssertionError("the plugin does not compile");
            }
        }
    }

    private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private static String source(String name, String body) {
        return """
                package com.example.plugin;

                import io.policyengine.core.policy.*;
                import io.vertx.core.Future;
                import java.util.Set;

                public final class Factory implements PolicyFactory<Factory.Params> {
                    public record Params() {}

                    @Override
                    public PolicyDescriptor descriptor() {
                        return PolicyDescriptor.headersOnly("NAME", "1.0.0", "For tests.", Set.of(Phase.REQUEST), Set.of());
                    }

                    @Override
                    public Policy create(Params params, PolicyEnvironment env) {
                        return new Policy() {
                            @Override
                            public Future<RequestOutcome> onRequest(RequestContext context) {
                                BODY
                            }
                        };
                    }
                }
                """.replace("NAME", name).replace("BODY", body);
    }
}
