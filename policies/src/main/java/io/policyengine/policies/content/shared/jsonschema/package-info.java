/** JSON Schemas for the validation of bodies. */
@NullMarked
package io.policyengine.policies.content.shared.jsonschema;

import org.jspecify.annotations.NullMarked;
