@NullMarked
package io.policyengine.policies.format.search;

import org.jspecify.annotations.NullMarked;
