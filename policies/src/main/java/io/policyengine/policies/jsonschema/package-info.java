/** JSON Schemas that bodies are judged by. */
@NullMarked
package io.policyengine.policies.jsonschema;

import org.jspecify.annotations.NullMarked;
