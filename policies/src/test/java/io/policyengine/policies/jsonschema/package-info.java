@NullMarked
package io.policyengine.policies.jsonschema;

import org.jspecify.annotations.NullMarked;
