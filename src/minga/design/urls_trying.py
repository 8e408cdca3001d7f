from django.urls import path

from minga.design.views import comparisons, suites, synthetic, trials

P = "projects/<slug:slug>/"
urlpatterns = [
    path(f"{P}data/<int:pk>/made-up/", synthetic.make, name="synthesise"),
    path(f"{P}test-cases/", suites.test_cases, name="test_cases"),
    path(f"{P}test-cases/new/", suites.propose, name="propose_test_case"),
    path(f"{P}test-cases/criterion/", suites.ask, name="ask_for_suite"),
    path(f"{P}test-cases/<str:code>/", suites.test_case, name="test_case"),
    path(f"{P}test-cases/<str:code>/agree/", suites.agree, name="agree_test_case"),
    path(f"{P}test-cases/<str:code>/retire/", suites.retire, name="retire_test_case"),
    path(f"{P}trials/", trials.list_trials, name="trials"),
    path(f"{P}trials/new/", trials.open_trial, name="open_trial"),
    path(f"{P}trials/<int:pk>/", trials.trial, name="trial"),
    path(f"{P}trials/<int:pk>.json", trials.document, name="trial_json"),
    path(f"{P}trials/<int:pk>/try/", trials.try_case, name="try_case"),
    path(f"{P}trials/<int:pk>/rows/", trials.rows, name="trial_rows"),
    path(f"{P}trials/<int:pk>/end/", trials.end, name="end_trial"),
    path(f"{P}trials/<int:pk>/cases/<int:number>/", trials.judge, name="judge_trial_case"),
    path(f"{P}comparisons/", comparisons.comparisons, name="comparisons"),
    path(f"{P}comparisons/new/", comparisons.start, name="start_comparison"),
    path(f"{P}comparisons/weigh/", comparisons.weigh, name="weigh"),
    path(f"{P}comparisons/<int:pk>/", comparisons.comparison, name="comparison"),
    path(f"{P}comparisons/<int:pk>.json", comparisons.document, name="comparison_json"),
    path(f"{P}comparisons/<int:pk>.csv", comparisons.sheet, name="comparison_csv"),
]
