package io.policyengine.app;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.FieldModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The top-level types of each package, and which of the same package each uses. Class files show most of it, but no constant: the
 * compiler copies its value, and only the source still names the type that it comes from.
 */
final class TypeGraph {
    private final Map<String, Set<String>> used = new TreeMap<>();

    /** The types that have constants, by package, simple name and constant. */
    private final Map<String, String> constants = new HashMap<>();

    /**
     * Reads the graph of these classes.
     *
     * @param sourceRoots folders with their sources
     */
    TypeGraph(JavaClasses classes, List<Path> sourceRoots) throws IOException {
        for (JavaClass type : classes) {
            addUses(type);
            addConstants(type);
        }
        addUsesOfConstants(sourceRoots);
    }

    /** The main sources of all modules. */
    static List<Path> mainSources() throws IOException {
        try (var modules = Files.list(Path.of(".."))) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    /** The knots: types of one package each of which depends on all others, by one another. */
    Set<Set<String>> knots() {
        Map<String, Set<String>> reached = new TreeMap<>();
        used.keySet().forEach(type -> reached.put(type, reachedFrom(type)));
        return reached.entrySet().stream()
                .map(type -> type.getValue().stream()
                        .filter(other -> reached.getOrDefault(other, Set.of()).contains(type.getKey()))
                        .collect(Collectors.toCollection(TreeSet::new)))
                .filter(knot -> knot.size() > 1)
                .collect(Collectors.toSet());
    }

    private void addUses(JavaClass type) {
        Set<String> others = used.computeIfAbsent(outermost(type), _ -> new TreeSet<>());
        type.getDirectDependenciesFromSelf().stream()
                .map(Dependency::getTargetClass)
                .filter(other -> other.getPackageName().equals(type.getPackageName()))
                .map(TypeGraph::outermost)
                .forEach(others::add);
    }

    private void addConstants(JavaClass type) {
        for (FieldModel field : ClassFile.of().parse(bytesOf(type)).fields()) {
            if (field.findAttribute(Attributes.constantValue()).isPresent()) {
                String owner = type.getPackageName() + "." + type.getSimpleName() + ".";
                constants.put(owner + field.fieldName().stringValue(), outermost(type));
                constants.put(owner + "*", outermost(type));
            }
        }
    }

    private void addUsesOfConstants(List<Path> sourceRoots) throws IOException {
        List<Path> sources = used.keySet().stream()
                .map(type -> type.replace('.', '/') + ".java")
                .flatMap(file -> sourceRoots.stream().map(root -> root.resolve(file)))
                .filter(Files::exists)
                .toList();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask parser = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree source : parser.parse()) {
                new UsesOfConstants(source).scan(source, null);
            }
        }
    }

    private Set<String> reachedFrom(String type) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(used.get(type));
        while (!next.isEmpty()) {
            String one = next.pop();
            if (reached.add(one)) {
                next.addAll(used.getOrDefault(one, Set.of()));
            }
        }
        return reached;
    }

    /** The name of the top-level type that a type is, or is in. */
    static String outermost(JavaClass type) {
        return type.getName().replaceFirst("\\$.*", "");
    }

    private static byte[] bytesOf(JavaClass type) {
        try (InputStream file = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Adds what a source uses of the constants of its package, imported or named with their type. */
    private final class UsesOfConstants extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final String inPackage;
        private final String type;

        UsesOfConstants(CompilationUnitTree source) {
            String file =
                    Path.of(source.getSourceFile().getName()).getFileName().toString();
            this.inPackage = source.getPackageName() + ".";
            this.type = inPackage + file.substring(0, file.length() - ".java".length());
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void ignored) {
            String from = constants.get(inPackage + lastName(select.getExpression()) + "." + select.getIdentifier());
            Set<String> others = used.get(type);
            if (from != null && others != null) {
                others.add(from);
            }
            return super.visitMemberSelect(select, null);
        }

        private static String lastName(ExpressionTree owner) {
            return switch (owner) {
                case IdentifierTree name -> name.getName().toString();
                case MemberSelectTree nested -> nested.getIdentifier().toString();
                default -> "";
            };
        }
    }
}
