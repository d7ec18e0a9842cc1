@NullMarked
package io.policyengine.policies.content.graphqlprotection;

import org.jspecify.annotations.NullMarked;
