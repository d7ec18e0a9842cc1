package io.policyengine.policies.content.shared.jsonschema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * The keyword {@code uniqueItems}, which needs n log n comparisons. The library's own implementation hashes the items,
 * so clients can choose texts that collide: 32,000 such texts took 25 s.
 */
final class UniqueItems extends AbstractKeyword {
    UniqueItems() {
        super(KeywordType.UNIQUE_ITEMS.getValue());
    }

    @Override
    public KeywordValidator newValidator(
            SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
        return new Validator(this, value, location, parent, context);
    }

    private static final class Validator extends BaseKeywordValidator {
        private final boolean isDemanded;

        Validator(Keyword keyword, JsonNode value, SchemaLocation location, Schema parent, SchemaContext context) {
            super(keyword, value, location, parent, context);
            this.isDemanded = value.asBoolean(false);
        }

        @Override
        public void validate(ExecutionContext execution, JsonNode node, JsonNode root, NodePath at) {
            if (!isDemanded || !node.isArray()) {
                return;
            }
            Set<JsonNode> items = new TreeSet<>(JsonOrder.INSTANCE);
            for (JsonNode item : node) {
                if (!items.add(item)) {
                    execution.addError(error().instanceNode(node)
                            .instanceLocation(at)
                            .evaluationPath(execution.getEvaluationPath())
                            .locale(execution.getExecutionConfig().getLocale())
                            .build());
                    return;
                }
            }
        }
    }
}
