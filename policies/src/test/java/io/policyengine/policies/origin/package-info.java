@NullMarked
package io.policyengine.policies.origin;

import org.jspecify.annotations.NullMarked;
