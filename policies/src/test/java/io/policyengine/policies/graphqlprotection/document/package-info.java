@NullMarked
package io.policyengine.policies.graphqlprotection.document;

import org.jspecify.annotations.NullMarked;
