package dev.endolith.monitoring.quality;

import dev.endolith.contract.FieldContract;
import dev.endolith.contract.InputContract;
import dev.endolith.contract.Relation;
import dev.endolith.contract.Rule;
import dev.endolith.contract.RuleAction;
import dev.endolith.data.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The rules that contracts and expectations share. */
final class ContractRules {
  private ContractRules() {}

  static Expectations read(InputContract contract) {
    List<Expectation> all = new ArrayList<>();
    for (FieldContract field : contract.fields()) {
      String name = field.field();
      add(all, field.action(Rule.PRESENT), Check.present(name));
      if (field.type().numeric()) {
        if (field.min() > Double.NEGATIVE_INFINITY || field.max() < Double.POSITIVE_INFINITY) {
          add(all, field.action(Rule.RANGE), Check.range(name, field.min(), field.max()));
        }
        if (field.whole()) {
          add(all, field.action(Rule.WHOLE), Check.whole(name));
        }
      } else if (!field.categories().isEmpty()) {
        add(all, field.action(Rule.CATEGORY), new RowCheck.OneOf(name, field.categories()));
      }
    }
    for (Relation relation : contract.relations()) {
      add(
          all,
          relation.action(),
          Check.compare(relation.left(), RowCheck.Comparison.AT_MOST, relation.right()));
    }
    return new Expectations(all, 1);
  }

  private static void add(List<Expectation> all, RuleAction action, RowCheck check) {
    if (action != RuleAction.IGNORE) {
      all.add(
          new Expectation(
              check, action == RuleAction.REJECT ? Severity.QUARANTINE : Severity.WARN, 0));
    }
  }

  static InputContract write(Expectations expectations, InputContract contract) {
    InputContract changed = contract;
    List<Relation> relations = new ArrayList<>(contract.relations());
    for (Expectation expectation : expectations.all()) {
      RuleAction action =
          expectation.severity() == Severity.WARN ? RuleAction.FLAG : RuleAction.REJECT;
      Check check = expectation.check();
      if (check instanceof RowCheck.Present present) {
        changed = edit(changed, present.column(), false, f -> f.on(Rule.PRESENT, action));
      } else if (check instanceof RowCheck.Range range) {
        changed =
            edit(
                changed,
                range.column(),
                true,
                f -> f.withRange(range.min(), range.max()).on(Rule.RANGE, action));
      } else if (check instanceof RowCheck.Whole whole) {
        changed =
            edit(changed, whole.column(), true, f -> f.whole() ? f.on(Rule.WHOLE, action) : f);
      } else if (check instanceof RowCheck.OneOf oneOf) {
        changed =
            edit(
                changed,
                oneOf.column(),
                false,
                f ->
                    f.type() == FieldType.CATEGORY
                        ? f.withCategories(oneOf.values()).on(Rule.CATEGORY, action)
                        : f);
      } else if (check instanceof RowCheck.Compare compare
          && compare.comparison() == RowCheck.Comparison.AT_MOST
          && numeric(changed, compare.left())
          && numeric(changed, compare.right())) {
        relations.removeIf(
            r -> r.left().equals(compare.left()) && r.right().equals(compare.right()));
        relations.add(new Relation(compare.left(), compare.right(), action));
      }
    }
    return changed.withRelations(relations);
  }

  private static boolean numeric(InputContract contract, String field) {
    return contract.fields().stream().anyMatch(f -> f.field().equals(field) && f.type().numeric());
  }

  private static InputContract edit(
      InputContract contract, String field, boolean numeric, UnaryOperator<FieldContract> edit) {
    boolean known =
        contract.fields().stream()
            .anyMatch(f -> f.field().equals(field) && (!numeric || f.type().numeric()));
    return known ? contract.with(field, edit) : contract;
  }
}
