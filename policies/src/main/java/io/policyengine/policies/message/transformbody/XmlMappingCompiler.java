package io.policyengine.policies.message.transformbody;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.policies.format.xml.XmlNames;
import io.policyengine.policies.message.transformbody.TransformBodyParams.Namespaces;
import io.policyengine.policies.message.transformbody.TransformBodyParams.Xml;
import io.policyengine.policies.message.transformbody.xml.XmlMapping;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the mapping between XML and JSON, and reports all problems. */
final class XmlMappingCompiler {
    private static final Xml DEFAULT = new Xml("@", "#text", List.of(), Namespaces.KEEP, null, "item", 200_000);

    private final Xml xml;
    private final List<ParamProblem> problems;

    XmlMappingCompiler(@Nullable Xml xml, List<ParamProblem> problems) {
        this.xml = Objects.requireNonNullElse(xml, DEFAULT);
        this.problems = problems;
    }

    XmlMapping compile() {
        String prefix = xml.attributePrefix();
        String text = xml.textName();
        require(
                !XmlNames.isQualified(prefix + "a"),
                "/xml/attribute_prefix",
                "the name of an element could begin with it: choose a prefix such as @");
        require(
                !XmlNames.isQualified(text),
                "/xml/text_name",
                "an element could have this name: choose a name such as #text");
        require(
                !text.startsWith(prefix),
                "/xml/text_name",
                "an attribute could have this name: choose a name that does not begin with attribute_prefix");
        require(XmlNames.isQualified(xml.itemName()), "/xml/item_name", "the name of an element is expected");
        String root = xml.root();
        require(root == null || XmlNames.isQualified(root), "/xml/root", "the name of an element is expected");
        return new XmlMapping(
                prefix,
                text,
                Set.copyOf(xml.arrays()),
                xml.namespaces() == Namespaces.REMOVE,
                Optional.ofNullable(root),
                xml.itemName(),
                xml.maxValues());
    }

    private void require(boolean holds, String pointer, String otherwise) {
        if (!holds) {
            problems.add(new ParamProblem(pointer, otherwise));
        }
    }
}
