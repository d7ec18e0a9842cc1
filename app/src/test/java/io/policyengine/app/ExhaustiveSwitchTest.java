package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * A {@code switch} over an enum or a sealed family of the project has no {@code default}, so that a new kind does not compile, or does not
 * get past Error Prone, until it is handled.
 *
 * <p>Class files tell what a switch is over: an enum by its ordinal, a family by the types of its labels, even where the value is declared as
 * something wider. Where all kinds are named, the compiler makes the default throw a {@link MatchException}. Of the others, which are
 * statements, the source tells whether a {@code default} is written.
 *
 * <p>{@link ArchitectureTest} runs the rule.
 */
final class ExhaustiveSwitchTest {
    private static final String OWN = "io.policyengine.";

    /** Instructions that may stand between the value that a switch is over and the switch. */
    private static final int MAX_BETWEEN = 3;

    /** A switch whose default the compiler did not make, in the source file of a class. */
    private record Suspect(JavaClass type, int line, String over) {}

    @ArchTest
    static void noSwitchOverAKindOfOursHasADefault(JavaClasses classes) throws IOException {
        List<Suspect> suspects = new ArrayList<>();
        for (JavaClass type : classes) {
            suspects.addAll(suspectsIn(type, classes));
        }
        Set<String> found = new TreeSet<>();
        TreeMap<Path, List<Suspect>> byFile = new TreeMap<>();
        suspects.forEach(suspect -> byFile.computeIfAbsent(sourceOf(suspect.type()), _ -> new ArrayList<>())
                .add(suspect));
        for (var entry : byFile.entrySet()) {
            Set<Integer> lines = linesOfSwitchesWithDefault(entry.getKey());
            entry.getValue().stream()
                    .filter(suspect -> lines.contains(suspect.line()))
                    .forEach(suspect ->
                            found.add(entry.getKey().getFileName() + ":" + suspect.line() + " over " + suspect.over()));
        }

        assertThat(found)
                .as("switches with a default, where a new kind would go unseen")
                .isEmpty();
    }

    private sealed interface Shape permits Round, Square {}

    private record Round() implements Shape {}

    private record Square() implements Shape {}

    private enum Color {
        RED,
        GREEN
    }

    /** Switches of which the rule has to find the first two, and no other. */
    @SuppressWarnings({"unused", "StatementSwitchToExpressionSwitch"}) // they are read, not run
    private static final class Samples {
        static int objectWithDefault(Object any) {
            return switch (any) {
                case Round _ -> 1;
                default -> 2;
            };
        }

        static int enumWithDefault(Color color) {
            return switch (color) {
                case RED -> 1;
                default -> 2;
            };
        }

        static int all(Shape shape) {
            return switch (shape) {
                case Round _ -> 1;
                case Square _ -> 2;
            };
        }

        static void nothingForSome(Color color) {
            switch (color) {
                case RED -> all(new Round());
                case GREEN -> {}
            }
        }

        static int ofOthers(Object any) {
            return switch (any) {
                case String _ -> 1;
                default -> 2;
            };
        }
    }

    @Test
    void findsADefaultOverAnEnumAndOverASealedFamily() throws IOException {
        JavaClasses own = new ClassFileImporter().importPackages(ExhaustiveSwitchTest.class.getPackageName());
        Set<Integer> withDefault =
                linesOfSwitchesWithDefault(Path.of("src/test/java/io/policyengine/app/ExhaustiveSwitchTest.java"));

        List<String> found = suspectsIn(own.get(Samples.class), own).stream()
                .filter(suspect -> withDefault.contains(suspect.line()))
                .map(suspect -> suspect.over().substring(suspect.over().lastIndexOf('$') + 1))
                .toList();

        assertThat(found).containsExactly("Shape", "Color");
    }

    private static List<Suspect> suspectsIn(JavaClass type, JavaClasses classes) {
        List<Suspect> found = new ArrayList<>();
        ClassFile.of().parse(bytesOf(type)).methods().stream()
                .flatMap(method -> method.code().stream())
                .forEach(code -> new Reading(type, classes, code, found).read());
        return found;
    }

    /** The reading of a method's instructions. */
    private static final class Reading {
        private final JavaClass type;
        private final JavaClasses classes;
        private final CodeModel code;
        private final List<Suspect> found;
        private int line;
        private int between;
        private Optional<String> over = Optional.empty();

        Reading(JavaClass type, JavaClasses classes, CodeModel code, List<Suspect> found) {
            this.type = type;
            this.classes = classes;
            this.code = code;
            this.found = found;
        }

        void read() {
            for (CodeElement element : code) {
                between += element instanceof Instruction ? 1 : 0;
                switch (element) {
                    case LineNumber number -> line = number.line();
                    case InvokeDynamicInstruction call
                    when call.bootstrapMethod().owner().displayName().equals("SwitchBootstraps") ->
                        begin(ofLabels(call, classes));
                    case InvokeInstruction call
                    when call.name().equalsString("ordinal") ->
                        begin(own(call.owner().asInternalName(), classes)
                                .filter(JavaClass::isEnum)
                                .map(JavaClass::getName));
                    case TableSwitchInstruction table -> end(table.defaultTarget());
                    case LookupSwitchInstruction table -> end(table.defaultTarget());
                    default -> {}
                }
            }
        }

        private void begin(Optional<String> kinds) {
            over = kinds;
            between = 0;
        }

        private void end(Label defaultTarget) {
            if (over.isPresent() && between <= MAX_BETWEEN && !isMadeByTheCompiler(defaultTarget)) {
                found.add(new Suspect(type, line, over.get()));
            }
            over = Optional.empty();
        }

        private boolean isMadeByTheCompiler(Label defaultTarget) {
            return code.elementStream()
                    .dropWhile(element -> !(element instanceof LabelTarget target
                            && target.label().equals(defaultTarget)))
                    .filter(Instruction.class::isInstance)
                    .findFirst()
                    .filter(first -> first instanceof NewObjectInstruction made
                            && made.className().asInternalName().equals("java/lang/MatchException"))
                    .isPresent();
        }
    }

    /** The family that all labels of a switch belong to, or the enum that it is over; empty if it is none of the project's. */
    private static Optional<String> ofLabels(InvokeDynamicInstruction call, JavaClasses classes) {
        if (call.name().equalsString("enumSwitch")) {
            return own(internalName(call.typeSymbol().parameterType(0)), classes)
                    .map(JavaClass::getName);
        }
        Set<JavaClass> families = null;
        for (ConstantDesc label : call.bootstrapArgs()) {
            Set<JavaClass> above = label instanceof ClassDesc type
                    ? own(internalName(type), classes)
                            .map(ExhaustiveSwitchTest::families)
                            .orElse(Set.of())
                    : Set.of();
            if (families == null) {
                families = new HashSet<>(above);
            } else {
                families.retainAll(above);
            }
        }
        return families == null
                ? Optional.empty()
                : families.stream().map(JavaClass::getName).sorted().findFirst();
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.startsWith("L") ? descriptor.substring(1, descriptor.length() - 1) : descriptor;
    }

    private static Optional<JavaClass> own(String internalName, JavaClasses classes) {
        String name = internalName.replace('/', '.');
        return name.startsWith(OWN) && classes.contain(name) ? Optional.of(classes.get(name)) : Optional.empty();
    }

    /** The sealed types of the project that a type is, or is below. */
    private static Set<JavaClass> families(JavaClass type) {
        Set<JavaClass> families = new HashSet<>(type.getAllRawSuperclasses());
        families.addAll(type.getAllRawInterfaces());
        families.add(type);
        families.removeIf(Predicate.not(ExhaustiveSwitchTest::isSealedAndOurs));
        return families;
    }

    private static boolean isSealedAndOurs(JavaClass type) {
        return type.getName().startsWith(OWN) && type.reflect().isSealed();
    }

    /** The source file of a class of a module, which is in its {@code target}, or in a jar there. */
    private static Path sourceOf(JavaClass type) {
        String file = type.getSource().orElseThrow().getUri().getSchemeSpecificPart();
        String module = file.substring(0, file.indexOf("/target/")).replaceFirst("^file:", "");
        return Path.of(module, "src/main/java", type.getPackageName().replace('.', '/'))
                .resolve(type.getSource().orElseThrow().getFileName().orElseThrow());
    }

    /** The lines of what switches are over that have a {@code default}: from their beginning to their first case. */
    private static Set<Integer> linesOfSwitchesWithDefault(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Set<Integer> lines = new HashSet<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(source));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                LineMap map = unit.getLineMap();
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitSwitch(SwitchTree tree, Void none) {
                        note(tree, tree.getCases());
                        return super.visitSwitch(tree, null);
                    }

                    @Override
                    public Void visitSwitchExpression(SwitchExpressionTree tree, Void none) {
                        note(tree, tree.getCases());
                        return super.visitSwitchExpression(tree, null);
                    }

                    private int lineOf(Tree tree) {
                        return (int) map.getLineNumber(positions.getStartPosition(unit, tree));
                    }

                    private void note(Tree tree, List<? extends CaseTree> cases) {
                        if (cases.stream()
                                .flatMap(one -> one.getLabels().stream())
                                .anyMatch(DefaultCaseLabelTree.class::isInstance)) {
                            IntStream.rangeClosed(lineOf(tree), lineOf(cases.getFirst()))
                                    .forEach(lines::add);
                        }
                    }
                }.scan(unit, null);
            }
        }
        return lines;
    }

    private static byte[] bytesOf(JavaClass type) {
        try (InputStream file = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
