@NullMarked
package io.policyengine.policies.json;

import org.jspecify.annotations.NullMarked;
