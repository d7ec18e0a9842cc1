@NullMarked
package io.policyengine.policies.utf8;

import org.jspecify.annotations.NullMarked;
