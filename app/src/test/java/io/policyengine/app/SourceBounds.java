package io.policyengine.app;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The bounds that sources hold, as they are written there: constants, capacities, and ranges of record components. */
record SourceBounds(Set<Constant> constants, Set<Taken> capacities, Set<Ranged> ranges) {
    /** Names of constants that bound something; a number of parts in a limit does not. */
    private static final Pattern BOUND =
            Pattern.compile("(^|_)(MAX|MOST|LONGEST|LARGEST|DEEPEST|(?<!_IN_A_)LIMIT|PATIENCE)(_|$)");

    /** Names of durations that bound something; a number of this name is a status or a ratio. */
    private static final Pattern TIMEOUT = Pattern.compile("(^|_)TIMEOUT(_|$)");

    private static final Set<String> DURATIONS = Set.of("Duration", "java.time.Duration");
    private static final Set<String> NUMBERS = Set.of("int", "long", "double");

    /** The largest value of each type: a constant with this value bounds nothing. */
    private static final Map<String, String> UNBOUNDED = Map.of("int", "Integer.MAX_VALUE", "long", "Long.MAX_VALUE");

    /** Texts of which a source has one if it holds a bound. */
    private static final Pattern SIGNS = Pattern.compile(
            "MAX|MOST|LONGEST|LARGEST|DEEPEST|LIMIT|TIMEOUT|PATIENCE|Capacity\\(|\\.capacity\\(|@Range");

    /** The name of a constant, without that of its class. */
    private static final Pattern CONSTANT = Pattern.compile("(?<![\\w.])[A-Z][A-Z0-9_]*(?![\\w.(])");

    private static final Pattern INLINE_TAG =
            Pattern.compile("\\{@(?:code|link|linkplain|value)\\s+([^}]*)}", Pattern.DOTALL);

    /**
     * A constant.
     *
     * @param name with its class
     * @param value as it is written
     * @param meaning the first sentence of its javadoc; empty if it has none
     */
    record Constant(String name, String value, String meaning) implements Comparable<Constant> {
        @Override
        public int compareTo(Constant other) {
            return name.compareTo(other.name);
        }
    }

    /**
     * A capacity.
     *
     * @param owner the class that makes it
     * @param name its name in the metrics, or that of the variable that holds it
     * @param limit as it is written, with the values of the source's own constants
     * @param unit what is counted: the first sentence of the javadoc of the variable; empty if it has none
     */
    record Taken(String owner, String name, String limit, String unit) implements Comparable<Taken> {
        @Override
        public int compareTo(Taken other) {
            return (owner + " " + name).compareTo(other.owner + " " + other.name);
        }
    }

    /**
     * A key or a parameter.
     *
     * @param record that it is a component of
     * @param key as it is written in a configuration
     * @param byDefault empty if it has no default
     */
    record Ranged(String record, String key, String byDefault, String range, String meaning)
            implements Comparable<Ranged> {
        @Override
        public int compareTo(Ranged other) {
            return (record + " " + key).compareTo(other.record + " " + other.key);
        }
    }

    /**
     * Returns the bounds of these source files.
     *
     * @param named further constants that bound something, whatever their names and types
     */
    static SourceBounds of(List<Path> files, Set<String> named) throws IOException {
        SourceBounds bounds = new SourceBounds(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        List<Path> holding = new ArrayList<>();
        for (Path file : files) {
            String type = file.getFileName().toString().replace(".java", ".");
            if (SIGNS.matcher(Files.readString(file)).find()
                    || named.stream().anyMatch(name -> name.startsWith(type))) {
                holding.add(file);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            if (!holding.isEmpty()) {
                JavacTask task = (JavacTask)
                        compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(holding));
                Trees trees = Trees.instance(task);
                for (CompilationUnitTree unit : task.parse()) {
                    new Reading(trees, bounds, named).scan(new TreePath(unit), null);
                }
            }
        }
        return bounds;
    }

    /** Returns a sentence for each constant or capacity without a javadoc, and for each key or parameter without a {@code @Doc}. */
    List<String> undescribed() {
        List<String> sentences = new ArrayList<>();
        for (Constant constant : constants) {
            if (constant.meaning().isEmpty()) {
                sentences.add(constant.name() + " has no javadoc: say what it bounds, with the unit");
            }
        }
        for (Taken taken : capacities) {
            if (taken.unit().isEmpty()) {
                sentences.add(
                        taken.owner() + "." + taken.name() + " has no javadoc: say what it counts, with the unit");
            }
        }
        for (Ranged ranged : ranges) {
            if (ranged.meaning().isEmpty()) {
                sentences.add(ranged.record() + "." + ranged.key() + " has no @Doc: say what it is, with the unit");
            }
        }
        return sentences;
    }

    boolean isEmpty() {
        return constants.isEmpty() && capacities.isEmpty() && ranges.isEmpty();
    }

    /** The reading of one source file. */
    private static final class Reading extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final SourceBounds bounds;
        private final Set<String> named;
        private final Deque<String> types = new ArrayDeque<>();
        /** The values of the source's own constants, by name. */
        private final Map<String, String> own = new HashMap<>();
        /** The first sentences about the source's variables, by name. */
        private final Map<String, String> meanings = new HashMap<>();

        private @Nullable String holder;

        Reading(Trees trees, SourceBounds bounds, Set<String> named) {
            this.trees = trees;
            this.bounds = bounds;
            this.named = named;
        }

        @Override
        public Void visitCompilationUnit(CompilationUnitTree unit, Void none) {
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitVariable(VariableTree variable, Void nothing) {
                    ExpressionTree value = variable.getInitializer();
                    String name = variable.getName().toString();
                    String doc = trees.getDocComment(getCurrentPath());
                    if (doc != null) {
                        meanings.put(name, firstSentence(doc));
                    }
                    if (value != null && CONSTANT.matcher(name).matches()) {
                        own.put(name, shown(value));
                    }
                    return super.visitVariable(variable, null);
                }
            }.scan(new TreePath(unit), null);
            return super.visitCompilationUnit(unit, null);
        }

        @Override
        public Void visitClass(ClassTree tree, Void none) {
            types.addLast(tree.getSimpleName().toString());
            super.visitClass(tree, null);
            types.removeLast();
            return null;
        }

        private String owner() {
            return types.stream().filter(name -> !name.isEmpty()).collect(Collectors.joining("."));
        }

        @Override
        public Void visitVariable(VariableTree tree, Void none) {
            boolean isConstant = isOfInterface()
                    || tree.getModifiers().getFlags().containsAll(Set.of(Modifier.STATIC, Modifier.FINAL));
            String name = tree.getName().toString();
            ExpressionTree value = tree.getInitializer();
            if (isConstant
                    && value != null
                    && (named.contains(owner() + "." + name)
                            || isBound(String.valueOf(tree.getType()), name, shown(value)))) {
                bounds.constants.add(new Constant(owner() + "." + name, shown(value), meaning()));
            }
            tree.getModifiers().getAnnotations().stream()
                    .filter(annotation -> isNamed(annotation, "Range"))
                    .forEach(range -> bounds.ranges.add(ranged(tree, range)));
            String before = holder;
            holder = name;
            super.visitVariable(tree, null);
            holder = before;
            return null;
        }

        /** Returns whether the variable is a member of an interface, and so static and final. */
        private boolean isOfInterface() {
            return getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.INTERFACE;
        }

        private static boolean isBound(String type, String name, String value) {
            if (DURATIONS.contains(type)) {
                return BOUND.matcher(name).find() || TIMEOUT.matcher(name).find();
            }
            return NUMBERS.contains(type)
                    && BOUND.matcher(name).find()
                    && !value.equals(UNBOUNDED.getOrDefault(type, ""));
        }

        private String meaning() {
            String doc = trees.getDocComment(getCurrentPath());
            return doc == null ? "" : firstSentence(doc);
        }

        private static String firstSentence(String doc) {
            String text = INLINE_TAG
                    .matcher(doc)
                    .replaceAll("`$1`")
                    .replaceAll("\\s+", " ")
                    .strip();
            int end = text.indexOf(". ");
            return end < 0 ? text : text.substring(0, end + 1);
        }

        private Ranged ranged(VariableTree component, AnnotationTree range) {
            String from = end(range, "min");
            String to = end(range, "max");
            String values = from.isEmpty() ? "at most " + to : to.isEmpty() ? "at least " + from : from + " to " + to;
            String written = text(component, "JsonProperty");
            return new Ranged(
                    owner(),
                    written.isEmpty()
                            ? component
                                    .getName()
                                    .toString()
                                    .replaceAll("([A-Z])", "_$1")
                                    .toLowerCase(Locale.ROOT)
                            : written,
                    text(component, "Default"),
                    values,
                    firstSentence(text(component, "Doc")));
        }

        /** Returns the value of an end of a range; empty if it is open. */
        private String end(AnnotationTree range, String name) {
            String written = argument(range, name).map(Reading::shown).orElse("");
            String value = own.getOrDefault(written.substring(written.lastIndexOf('.') + 1), written);
            return value.equals("Integer.MAX_VALUE")
                    ? Integer.toString(Integer.MAX_VALUE)
                    : value.replaceFirst("(?<=[0-9])L$", "");
        }

        /** Returns the limit of a capacity, with the values of the source's own constants. */
        private String limit(ExpressionTree tree) {
            String written = shown(tree);
            return CONSTANT.matcher(written).replaceAll(found -> {
                String name = found.group();
                String value = own.getOrDefault(name, name);
                boolean isPart = !name.equals(written) && value.indexOf(' ') >= 0;
                return Matcher.quoteReplacement(isPart ? "(" + value + ")" : value);
            });
        }

        /** The text of an annotation that holds nothing else; empty if there is none. */
        private static String text(VariableTree component, String annotation) {
            return component.getModifiers().getAnnotations().stream()
                    .filter(one -> isNamed(one, annotation))
                    .findFirst()
                    .flatMap(one -> argument(one, "value"))
                    .map(Reading::shown)
                    .orElse("");
        }

        private static boolean isNamed(AnnotationTree annotation, String name) {
            String type = annotation.getAnnotationType().toString();
            return type.substring(type.lastIndexOf('.') + 1).equals(name);
        }

        private static Optional<ExpressionTree> argument(AnnotationTree annotation, String name) {
            for (ExpressionTree argument : annotation.getArguments()) {
                if (argument instanceof AssignmentTree assigned) {
                    if (assigned.getVariable().toString().equals(name)) {
                        return Optional.of(assigned.getExpression());
                    }
                } else if (name.equals("value")) {
                    return Optional.of(argument);
                }
            }
            return Optional.empty();
        }

        /** As it is written; of texts that are put together, what they say. */
        private static String shown(ExpressionTree tree) {
            String written = tree.toString();
            if (written.startsWith("\"")) {
                StringBuilder said = new StringBuilder();
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitLiteral(LiteralTree literal, Void none) {
                        said.append(literal.getValue());
                        return null;
                    }
                }.scan(tree, null);
                return said.toString();
            }
            return written.replaceAll("\\s+", " ").replace("java.time.", "");
        }

        @Override
        public Void visitNewClass(NewClassTree tree, Void none) {
            String type = tree.getIdentifier().toString();
            if (type.substring(type.lastIndexOf('.') + 1).equals("Capacity") && !isForCallers()) {
                ExpressionTree limit = tree.getArguments().getFirst();
                String name = held();
                String constant = shown(limit).substring(shown(limit).lastIndexOf('.') + 1);
                String unit = meanings.getOrDefault(name, meanings.getOrDefault(constant, ""));
                bounds.capacities.add(new Taken(owner(), name, limit(limit), unit));
            }
            return super.visitNewClass(tree, null);
        }

        /** Returns whether the method makes capacities for its callers, which say what they count. */
        private boolean isForCallers() {
            for (Tree above : getCurrentPath()) {
                if (above instanceof MethodTree method) {
                    return Set.of("capacity", "open", "perExchange")
                            .contains(method.getName().toString());
                }
            }
            return false;
        }

        /** The name of the variable that gets the value. */
        private String held() {
            for (Tree above : getCurrentPath()) {
                if (above instanceof AssignmentTree assigned) {
                    String name = assigned.getVariable().toString();
                    return name.substring(name.lastIndexOf('.') + 1);
                }
            }
            return holder == null ? "" : holder;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree tree, Void none) {
            if (tree.getMethodSelect() instanceof MemberSelectTree select
                    && select.getIdentifier().contentEquals("capacity")
                    && tree.getArguments().size() == 2
                    && tree.getArguments().getFirst() instanceof LiteralTree name) {
                bounds.capacities.add(new Taken(
                        owner(),
                        String.valueOf(name.getValue()),
                        limit(tree.getArguments().get(1)),
                        "Bytes of " + name.getValue() + "."));
            }
            return super.visitMethodInvocation(tree, null);
        }
    }
}
