@NullMarked
package io.policyengine.policies.access.shared.origin;

import org.jspecify.annotations.NullMarked;
