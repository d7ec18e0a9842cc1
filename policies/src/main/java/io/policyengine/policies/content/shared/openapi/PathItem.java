package io.policyengine.policies.content.shared.openapi;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import java.util.Map;
import java.util.Set;

/**
 * A path of an OpenAPI document with its operations.
 *
 * @param operations by method
 * @param matrixNames names of parameters whose values are written after a semicolon
 */
record PathItem(PathTemplate template, DocumentNode place, Map<String, Operation> operations, Set<String> matrixNames) {
    PathItem {
        operations = Map.copyOf(operations);
        matrixNames = Set.copyOf(matrixNames);
    }

    boolean isMatrix(String name) {
        return matrixNames.contains(name);
    }
}
