/** JSON Schemas that bodies are judged by. */
@NullMarked
package io.policyengine.policies.content.shared.jsonschema;

import org.jspecify.annotations.NullMarked;
