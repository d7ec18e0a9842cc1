@NullMarked
package io.policyengine.policies.format.json;

import org.jspecify.annotations.NullMarked;
