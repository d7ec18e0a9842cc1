@NullMarked
package io.policyengine.policies.graphqlprotection;

import org.jspecify.annotations.NullMarked;
